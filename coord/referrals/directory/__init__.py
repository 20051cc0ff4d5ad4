"""Who receives referrals: what they do, for whom, where, when, and whether they have room."""

from coord.referrals.directory import access as _access
from coord.referrals.directory.actions import confirm_receiver, describe_receiver
from coord.referrals.directory.codes import Capacity
from coord.referrals.directory.inputs import DescribeReceiver, DirectoryFilter
from coord.referrals.directory.reads import RECEIVERS, directory, receiver, receivers

__all__ = [
    "RECEIVERS", "Capacity", "DescribeReceiver", "DirectoryFilter", "confirm_receiver", "describe_receiver", "directory",
    "receiver", "receivers",
]  # fmt: skip
_ = _access
