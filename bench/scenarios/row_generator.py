"""The peer of the generator benchmark: impressions made one row at a time, as a plain Python script does it.

Same columns and distributions as `lifeboat generate`; rows go to a list of dicts, nothing is written.
"""

import random
from datetime import datetime, timedelta

REGIONS = ["US-EAST", "US-WEST", "US-CENTRAL", "CANADA", "UK", "EU-WEST", "EU-CENTRAL", "APAC"]
DEVICES = ["desktop", "mobile", "tablet", "connected_tv", "other"]
BROWSERS = ["Chrome", "Safari", "Firefox", "Edge", "Other"]
SYSTEMS = ["Windows", "macOS", "iOS", "Android", "Linux", "Other"]
POSITIONS = ["top", "middle", "bottom", "sidebar"]
CITIES = ["New York", "Los Angeles", "Chicago", "Toronto", "London", "Paris", "Berlin", "Tokyo"]


def impressions(count, seed=42):
    rng = random.Random(seed)
    start = datetime(2026, 1, 1)
    rows = []
    for i in range(count):
        when = start + timedelta(seconds=rng.random() * 86400 * 60)
        region = rng.choice(REGIONS)
        rows.append({
            "impression_id": f"IMP-{i + 1:010d}",
            "campaign_id": f"CMP-{rng.randint(1, 50):06d}",
            "timestamp": when.isoformat(timespec="microseconds"),
            "date_key": when.strftime("%Y-%m-%d"),
            "hour": when.hour,
            "device_type": rng.choice(DEVICES),
            "geo_region": region,
            "geo_country": region.split("-")[0],
            "geo_city": rng.choice(CITIES),
            "browser": rng.choice(BROWSERS),
            "os": rng.choice(SYSTEMS),
            "ad_position": rng.choice(POSITIONS),
            "viewable": rng.random() < 0.8,
            "cost_usd": round(rng.uniform(0.001, 0.05), 4),
            "publisher_id": f"PUB-{rng.randint(1, 500):04d}",
            "placement_id": f"PLC-{rng.randint(1, 2000):05d}",
        })
    return rows
