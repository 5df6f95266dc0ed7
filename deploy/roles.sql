-- The three roles of the portal: the owner changes the tables, the application fills
-- them, the signer vouches for the history. What each may do with which table is given
-- by `python -m portal.prepare`, from requests_app/accounts/grants.py.
--
-- Once, as PostgreSQL's superuser, before the first `python -m portal.prepare`:
--      createdb detainer_desk
--      psql -d detainer_desk -f deploy/roles.sql
--      psql -d detainer_desk -c '\password portal_owner' -c '\password portal_app' \
--           -c '\password portal_signer'
-- It may run any number of times.

\set ON_ERROR_STOP on

SELECT format('CREATE ROLE %I LOGIN', name)
  FROM unnest(ARRAY['portal_owner', 'portal_app', 'portal_signer']) AS name
 WHERE to_regrole(name) IS NULL \gexec
SELECT format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS',
              name)
  FROM unnest(ARRAY['portal_owner', 'portal_app', 'portal_signer']) AS name \gexec
SELECT format('ALTER DATABASE %I OWNER TO portal_owner', current_database()) \gexec

-- A failed statement may hold what somebody typed: neither it nor its values are logged.
SELECT format('ALTER DATABASE %I SET log_min_error_statement = panic', current_database())
\gexec
SELECT format('ALTER DATABASE %I SET log_error_verbosity = terse', current_database()) \gexec
SELECT format('ALTER DATABASE %I SET log_parameter_max_length_on_error = 0', current_database())
\gexec

REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO portal_owner;
