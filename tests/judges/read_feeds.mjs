// Reads feeds with parsers that no one here wrote, and writes what each of them finds as JSON.
//
// Takes the names of files on standard input, one a line. For each there is an object with what every parser gives
// (or its error), and for a JSON Feed what the schema says against it.

import { readFileSync } from "node:fs";
import { parseFeed as readByRowan } from "@rowanmanning/feed-parser";
import Ajv from "ajv";
import { parseFeed as readByFeedsmith } from "feedsmith";
import schema from "jsonfeed-schema";
import RssParser from "rss-parser";

const valid = new Ajv({ allErrors: true, format: "full" }).compile(schema);
const rssParser = new RssParser({
  customFields: { item: ["dc:language", "atom:updated"] },
});

const named = (links, relation) => links?.find((link) => (link.rel ?? "alternate") === relation)?.href;
const moment = (date) => (date ? new Date(date).toISOString() : null);

const feedsmith = {
  atom: (feed) =>
    feed.entries?.map((entry) => ({
      id: entry.id,
      title: entry.title?.value ?? entry.title,
      link: named(entry.links, "alternate"),
      via: named(entry.links, "via"),
      published: moment(entry.published),
      updated: moment(entry.updated),
      language: entry.xml?.lang,
      categories: entry.categories?.map((each) => [each.scheme, each.term]),
      summary: entry.summary?.value ?? entry.summary,
      html: entry.content?.value ?? entry.content,
    })),
  rss: (feed) =>
    feed.items?.map((item) => ({
      id: item.guid?.value,
      title: item.title,
      link: item.link,
      via: named(item.atom?.links, "via"),
      published: moment(item.pubDate),
      updated: moment(item.atom?.updated),
      language: item.dc?.language ?? item.dc?.languages?.[0],
      categories: item.categories?.map((each) => [each.domain, each.name]),
      summary: item.description,
      html: item.content?.encoded,
    })),
  json: (feed) =>
    feed.items?.map((item) => ({
      id: item.id,
      title: item.title,
      link: item.url,
      via: item.external_url,
      published: moment(item.date_published),
      updated: moment(item.date_modified),
      language: item.language,
      categories: item.tags,
      summary: item.summary,
      html: item.content_html,
    })),
};

const parsers = {
  feedsmith(text) {
    const { format, feed } = readByFeedsmith(text);
    return { format, entries: feedsmith[format](feed) ?? [] };
  },
  rowan(text) {
    const feed = readByRowan(text);
    return {
      format: `${feed.meta.type} ${feed.meta.version}`,
      title: feed.title,
      self: feed.self,
      page: feed.url,
      language: feed.language,
      updated: moment(feed.updated),
      entries: feed.items.map((item) => ({
        id: item.id,
        title: item.title,
        link: item.url,
        published: moment(item.published),
        updated: moment(item.updated),
        categories: item.categories.map((each) => [each.url, each.term, each.label]),
        summary: item.description,
        html: item.content,
      })),
    };
  },
  async "rss-parser"(text) {
    const feed = await rssParser.parseString(text);
    return {
      title: feed.title,
      page: feed.link,
      self: feed.feedUrl,
      entries: feed.items.map((item) => ({
        id: item.id ?? item.guid,
        title: item.title,
        link: item.link,
        published: moment(item.pubDate),
        iso: moment(item.isoDate),
        language: item["dc:language"],
        categories: item.categories?.map((each) => each._ ?? each.$?.term ?? each),
        summary: item.summary ?? item.contentSnippet,
        html: item["content:encoded"] ?? item.content,
      })),
    };
  },
};

const found = {};
for (const name of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const text = readFileSync(name, "utf8");
  found[name] = {};
  for (const [parser, read] of Object.entries(parsers)) {
    try {
      found[name][parser] = await read(text);
    } catch (error) {
      found[name][parser] = { error: `${error}` };
    }
  }
  if (text.startsWith("{")) {
    found[name].schema = valid(JSON.parse(text)) ? [] : valid.errors.map((each) => `${each.dataPath} ${each.message}`);
  }
}
process.stdout.write(JSON.stringify(found));
