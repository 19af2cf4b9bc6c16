-- The server itself raises when a write touches another number of rows than it must: in a pipelined batch the client would learn
-- of it after the commit.
create function expect_rows(touched bigint, wanted bigint) returns bigint language plpgsql as $$
begin
    if touched <> wanted then
        raise exception 'a write touched % rows instead of %', touched, wanted using errcode = 'LM001';
    end if;
    return touched;
end $$;
