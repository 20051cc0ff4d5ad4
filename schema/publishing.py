"""The roots of what is published: releases, their stories, the draft of a disclosure."""

import strawberry

from schema import disclosure_drafts as drafts_door
from schema import releases as releases_door
from schema import stories as stories_door


@strawberry.type
class PublishingQuery:
    """What can be asked."""

    releases: list[releases_door.Release] = strawberry.field(
        resolver=releases_door.listed, description="For the foundation, the newest quarter first. 基金会的发布版列表。"
    )
    release_orders: list[releases_door.ReleaseOrder] = strawberry.field(
        resolver=releases_door.orders, description="Builds on their way, and given up. 正在生成和已放弃的请求。"
    )
    tellable_stories: list[releases_door.TellableStory] = strawberry.field(
        resolver=releases_door.tellable, description="What a release may tell now. 当前可公布的故事。"
    )
    waiting_stories: list[stories_door.ClientStory] = strawberry.field(
        resolver=stories_door.waiting,
        description="For a second person, and those that are told. 待审定和可公开的故事。",
    )
    client_stories: list[stories_door.ClientStory] = strawberry.field(
        resolver=stories_door.of_client, description="Of one person, the newest first. 一位服务对象的故事。"
    )
    disclosure_draft: drafts_door.DisclosureDraft = strawberry.field(
        resolver=drafts_door.draft, description="Of a published quarter. 已公布季度的信息公开稿。"
    )


@strawberry.type
class PublishingMutation:
    """What can be changed."""

    order_release: releases_door.ReleaseOrderResult = strawberry.field(
        resolver=releases_door.order, description="Built by a job, once. 由后台生成一次。"
    )
    move_release: releases_door.ReleaseResult = strawberry.field(
        resolver=releases_door.move, description="Review, then published by another person. 复核，再由另一人发布。"
    )
    write_release_notes: releases_door.ReleaseResult = strawberry.field(
        resolver=releases_door.write, description="Before the review. 复核前填写。"
    )
    choose_release_stories: releases_door.ReleaseResult = strawberry.field(
        resolver=releases_door.choose, description="Before the review. 复核前选定。"
    )
    restate_release: releases_door.ReleaseOrderResult = strawberry.field(
        resolver=releases_door.restate, description="Once, for ten changed records. 仅一次，至少十条记录有变。"
    )
    write_story: stories_door.StoryResult = strawberry.field(
        resolver=stories_door.write, description="With a consent for it, naming nobody. 需专项同意，不含身份。"
    )
    move_story: stories_door.StoryResult = strawberry.field(
        resolver=stories_door.move, description="Who wrote it does not decide about it. 作者不能自己审定。"
    )
    check_disclosure_draft: drafts_door.DisclosureDraftResult = strawberry.field(
        resolver=drafts_door.check, description="Puts the viewer's name to these words. 对所读内容署名核对。"
    )
