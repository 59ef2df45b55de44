-- Asked for one thing: by all that is asked, so that no engine begins with everything of that kind or state instead.
drop index search_word_subject;
create index search_word_subject on search_word (subject_id, kind, word);
drop index refund_by_payment;
create index refund_by_payment on refund (payment_id, state, id);
drop index attempt_declined;
create index attempt_declined on attempt (state, ended_at, id) where state = 'declined';
