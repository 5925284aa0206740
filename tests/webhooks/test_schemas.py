"""The schema of flow files, where an editor fetches it."""

from flows.schema import schema
from tests.webhooks.visiting import Site


async def test_editors_anywhere_can_fetch_the_schema_of_flow_files(site: Site) -> None:
    async with site.session.get(f"{site.url}/schemas/flows.json") as answer:
        assert answer.status == 200
        assert answer.content_type == "application/schema+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert await answer.json(content_type=None) == schema()
