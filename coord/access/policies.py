"""The database wall on PostgreSQL: row-level security, written from the row rules.

Two roles own nothing and pass no policy by: ``coord_app`` for people, ``coord_job`` for the named parts
of the system. A connection starts in one of them, and resetting the role leads back to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import visitors
from sqlmodel import SQLModel

from coord.access.actor import Actor
from coord.access.rows import Rule, all_rules, condition_of
from coord.access.whoever import NOW, USER, Contains, value_of, whoever
from coord.kernel.clock import now

APP_ROLE, JOB_ROLE = "coord_app", "coord_job"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def condition(model: type[SQLModel], predicate: ColumnElement[bool]) -> str:
    """A predicate about a model's rows as SQL of PostgreSQL."""
    return condition_of(model, predicate, _DIALECT)


def names_asked(rules: Sequence[Rule]) -> Sequence[str]:
    """The sets of ids that the rules ask the context for."""
    asker, found = whoever(), {USER}
    for rule in rules:
        for predicate in (rule.sees, rule.writes):
            # Subqueries are part of the walk: a rule may ask for sets two tables further down.
            held = (part.held for part in visitors.iterate(predicate(asker)) if isinstance(part, Contains))
            found.update(*(part.names for part in held))
    return sorted(found)


def context_of(actor: Actor, names: Sequence[str]) -> dict[str, str]:
    """What a transaction of this actor tells the database: the moment and every set, so that none is left over."""
    return {NOW: now().isoformat(), **_sets_of(actor, tuple(names))}


@lru_cache(maxsize=1024)
def _sets_of(actor: Actor, names: Sequence[str]) -> dict[str, str]:
    return {name: ",".join(map(str, value_of(actor, name))) for name in names}


def context_statement(context: Mapping[str, str], settings: Mapping[str, str] = MappingProxyType({})) -> str:
    """One statement that sets the whole context, until the transaction ends, and other settings.

    Values stand in the text: it goes to the database in one turn with the one that begins the transaction, and only
    text can hold several statements. It answers with one number: a column for each setting would cost every
    transaction more than setting them does.
    """
    every = {f"coord.{name}": value for name, value in context.items()} | dict(settings)
    told = ", ".join(f"set_config('{setting}', {_quoted(value)}, true)" for setting, value in every.items())
    return f"SELECT num_nonnulls({told})"


def _quoted(value: str) -> str:
    """A value as text of PostgreSQL's, whatever it holds."""
    return "'" + value.replace("'", "''") + "'"


def roles() -> Iterator[str]:
    """Statements that make the roles; several databases of a server share them and may be made at once."""
    for role in (APP_ROLE, JOB_ROLE):
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN "
            f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS; END IF; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
        yield (
            f"DO $$ BEGIN IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN "
            f"EXECUTE 'GRANT {role} TO ' || quote_ident(current_user); END IF; END $$"
        )
        yield f"GRANT USAGE ON SCHEMA public TO {role}"


def raised(rule: Rule) -> Iterator[str]:
    """Statements that put a table behind the wall."""
    table, asker = rule.model.__tablename__, whoever()
    sees, writes = (condition(rule.model, predicate(asker)) for predicate in (rule.sees, rule.writes))
    # An UPDATE without WHERE needs no right to read: what is changed must be seen as well.
    both = sees if sees == writes else f"({sees}) AND ({writes})"
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY job ON {table} TO {JOB_ROLE} USING (true) WITH CHECK (true)"
    yield f"CREATE POLICY sees ON {table} FOR SELECT TO {APP_ROLE} USING ({sees})"
    yield f"CREATE POLICY adds ON {table} FOR INSERT TO {APP_ROLE} WITH CHECK ({writes})"
    yield f"CREATE POLICY changes ON {table} FOR UPDATE TO {APP_ROLE} USING ({both}) WITH CHECK ({writes})"
    yield f"CREATE POLICY removes ON {table} FOR DELETE TO {APP_ROLE} USING ({both})"
    yield f"GRANT {', '.join(('SELECT', *rule.wall.grants))} ON {table} TO {APP_ROLE}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {JOB_ROLE}"


def lowered(table: str, policies: Sequence[str]) -> Iterator[str]:
    """Statements that take the wall of a table down, so that a migration sees and changes every row."""
    for policy in policies:
        yield f"DROP POLICY {policy} ON {table}"
    yield f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
    yield f"REVOKE ALL ON {table} FROM {APP_ROLE}, {JOB_ROLE}"


def walls() -> Iterator[str]:
    """Every statement that raises the whole wall."""
    yield from roles()
    for rule in all_rules():
        yield from raised(rule)
    yield f"GRANT EXECUTE ON FUNCTION audit_append TO {APP_ROLE}, {JOB_ROLE}"
