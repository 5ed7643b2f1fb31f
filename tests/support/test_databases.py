import pytest
import sqlalchemy


def test_each_kind_of_database_is_fresh_and_writable(
    database_url: str, request: pytest.FixtureRequest
) -> None:
    engine = sqlalchemy.create_engine(database_url)
    assert engine.dialect.name == request.node.callspec.params["database_url"]
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE only_here (number integer)"))
    engine.dispose()


def test_what_one_test_wrote_is_not_there_for_the_next(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    assert "only_here" not in sqlalchemy.inspect(engine).get_table_names()
    engine.dispose()
