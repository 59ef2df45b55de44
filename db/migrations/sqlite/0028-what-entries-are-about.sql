-- The thing that an entry is about: its subject without the version or turn that may follow the id (30 characters).
-- Asked for by one value, where a range told PostgreSQL nothing of how few entries it means.
alter table journal_entry add column about_id text generated always as (substr(subject_id, 1, 30)) virtual;
drop index journal_entry_subject;
create index journal_entry_about on journal_entry (about_id);
