-- Part of the signature of links to the report of an analysis. Null: the job has no link, and no link opens its report. Links that were made
-- before this column are signed without it, which the empty text stands for.
alter table jobs add column report_link_nonce text default '';
alter table jobs alter column report_link_nonce drop default;
