-- An import knows which items each page had, so that it counts an item once, tells what is no longer listed, and can compare a page that
-- is answered 304.

-- The pages of a repository's last completed import. Bounded: one row a page, replaced by each import. The rows of before lack the items.
delete from listing_pages;
alter table listing_pages
  -- Null: the page has to be asked for in full.
  alter column etag drop not null,
  add column previous_url text,
  add column item_ids text[] not null;

-- The pages that an unfinished import or rehearsal has read. A repository is read in several walks if its list shifted meanwhile.
-- Bounded: gone when the job completes, or when the next import begins.
create table import_pages (
  job_id       bigint not null references jobs on delete cascade,
  walk         smallint not null,
  url          text not null,
  etag         text,
  next_url     text,
  previous_url text,
  item_ids     text[] not null,
  primary key (job_id, walk, url)
);
-- Finds the pages that have shown an item before, however many pages the import has read.
create index import_pages_items on import_pages using gin (item_ids);
