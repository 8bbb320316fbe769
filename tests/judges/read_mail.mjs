// What html-validate and caniemail say of the HTML of mails. Reads the names of files, one a line; answers JSON:
// {file: {markup: ["rule: message (line:column)"], unsupported: {feature: [program]}}}
import { readFileSync } from "node:fs";
import { HtmlValidate } from "html-validate";
import { caniemail, rawData } from "caniemail";

// Rules that mail can't keep: its looks are in its elements, its tables are for looks, and comments speak to Outlook.
const MAIL = {
  "no-inline-style": "off",
  "attribute-boolean-style": "off",
  "no-conditional-comment": "off",
  "no-deprecated-attr": "off", // width, align and the like: all that classic Outlook heeds
  "doctype-style": "off", // css-inline writes it in capitals
  "no-trailing-whitespace": "off",
  "long-title": "off", // the title is the subscription's
  "tel-non-breaking": "off",
  "name-pattern": "off",
  "prefer-native-element": "off", // <main> is a box that Outlook and Yahoo take away
};

// Mail programs of note.
const CLIENTS = [
  ...["aol", "yahoo"].flatMap((name) => ["android", "desktop-webmail", "ios"].map((on) => `${name}.${on}`)),
  ...["apple-mail.ios", "apple-mail.macos", "fastmail.desktop-webmail", "hey.desktop-webmail"],
  ...["android", "desktop-webmail", "ios", "mobile-webmail"].map((on) => `gmail.${on}`),
  ...["android", "ios", "macos", "outlook-com", "windows", "windows-mail"].map((on) => `outlook.${on}`),
  ...["android", "desktop-webmail", "ios"].map((on) => `protonmail.${on}`),
  ...["samsung-email.android", "thunderbird.macos"],
];

// caniemail stops where nobody has tried a feature in a program: what isn't known is held against nobody.
for (const { stats } of rawData.data) {
  for (const [family, on] of CLIENTS.map((client) => client.split("."))) {
    ((stats[family] ??= {})[on] ??= { "2000-01": "y" });
  }
}

const validator = new HtmlValidate({ extends: ["html-validate:recommended"], rules: MAIL });

async function markup(html) {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line, column }) => `${ruleId}: ${message} (${line}:${column})`));
}

// Which programs don't know a feature at all.
function unsupported(html) {
  const found = {};
  for (const client of CLIENTS) {
    const { issues } = caniemail({ clients: [client], html });
    for (const list of issues.errors.values()) {
      for (const { title } of list) (found[title] ??= new Set()).add(client);
    }
  }
  return Object.fromEntries(Object.entries(found).map(([title, clients]) => [title, [...clients].sort()]));
}

const answers = {};
for (const file of readFileSync(0, "utf-8").split("\n").filter(Boolean)) {
  const html = readFileSync(file, "utf-8");
  answers[file] = { markup: await markup(html), unsupported: unsupported(html) };
}
process.stdout.write(JSON.stringify(answers));
