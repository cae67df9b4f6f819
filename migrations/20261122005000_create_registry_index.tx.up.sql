-- The search tables of the register. Every list holds ords of registry_doc in
-- ascending order, the most relevant first; a long one lies in rows of at most a
-- page, so it is never stored elsewhere. A build fills tables of the same shape in
-- a schema of its own and puts them in the place of these, so nothing may depend
-- on these but by name.
CREATE EXTENSION IF NOT EXISTS intarray;
--bun:split
CREATE TABLE registry_word (
  id   int NOT NULL,
  word text NOT NULL COLLATE "C",   -- of heads' names with @ before it
  df   int NOT NULL,                -- how many lines have it
  hot  boolean NOT NULL             -- more than a five hundredth of the register have it
);
--bun:split
CREATE UNIQUE INDEX registry_word_word ON registry_word (word) INCLUDE (id, df, hot);
--bun:split
CREATE UNIQUE INDEX registry_word_id ON registry_word (id);
--bun:split
-- The lines of a word.
CREATE TABLE registry_posting (
  word  int NOT NULL,
  first int NOT NULL,               -- the row's first ord
  ords  int[] NOT NULL
);
--bun:split
ALTER TABLE registry_posting ALTER COLUMN ords SET STORAGE PLAIN;
--bun:split
CREATE UNIQUE INDEX registry_posting_word ON registry_posting (word, first);
--bun:split
-- The best hundred lines of a beginning of one to eight letters that more than fifty words share.
CREATE TABLE registry_prefix (
  prefix text NOT NULL COLLATE "C",
  ords   int[] NOT NULL
);
--bun:split
ALTER TABLE registry_prefix ALTER COLUMN ords SET STORAGE PLAIN;
--bun:split
CREATE UNIQUE INDEX registry_prefix_prefix ON registry_prefix (prefix);
--bun:split
-- The lines that have two hot words.
CREATE TABLE registry_pair (
  a     int NOT NULL,               -- less than b
  b     int NOT NULL,
  first int NOT NULL,
  ords  int[] NOT NULL
);
--bun:split
ALTER TABLE registry_pair ALTER COLUMN ords SET STORAGE PLAIN;
--bun:split
CREATE UNIQUE INDEX registry_pair_words ON registry_pair (a, b, first);
--bun:split
-- The best hundred lines of a hot word beside another one that begins with three letters.
CREATE TABLE registry_hotprefix (
  word   int NOT NULL,
  prefix text NOT NULL COLLATE "C",
  ords   int[] NOT NULL
);
--bun:split
ALTER TABLE registry_hotprefix ALTER COLUMN ords SET STORAGE PLAIN;
--bun:split
CREATE UNIQUE INDEX registry_hotprefix_word ON registry_hotprefix (word, prefix);
--bun:split
-- The best hundred lines of a hot word in a region.
CREATE TABLE registry_hotregion (
  word   int NOT NULL,
  region text NOT NULL COLLATE "C",
  ords   int[] NOT NULL
);
--bun:split
ALTER TABLE registry_hotregion ALTER COLUMN ords SET STORAGE PLAIN;
--bun:split
CREATE UNIQUE INDEX registry_hotregion_word ON registry_hotregion (word, region);
--bun:split
-- Hashes of words of 4 to 24 letters and of what one lost letter leaves of them, in
-- ascending order, each with its word. Equal hashes lie in one row.
CREATE TABLE registry_near (
  first  int NOT NULL,
  hashes int[] NOT NULL,
  words  int[] NOT NULL
);
--bun:split
CREATE UNIQUE INDEX registry_near_first ON registry_near (first);
--bun:split
-- The words of names by their endings of three letters or more, from the second
-- letter on, in the order of the endings. The endings themselves are not stored.
CREATE TABLE registry_tail (
  first text NOT NULL COLLATE "C",  -- the ending by which the row's first word stands here
  words int[] NOT NULL
);
--bun:split
ALTER TABLE registry_tail ALTER COLUMN words SET STORAGE PLAIN;
--bun:split
CREATE INDEX registry_tail_first ON registry_tail (first);
--bun:split
-- What the tables above were made of; no row before the first build.
CREATE TABLE registry_index (
  built   timestamptz NOT NULL,
  docs    int NOT NULL,             -- lines then
  hot     int NOT NULL,             -- a word is hot when more lines than this had it
  amended int NOT NULL              -- lines added or gone since
);
--bun:split
CREATE UNIQUE INDEX registry_index_one ON registry_index ((true));
