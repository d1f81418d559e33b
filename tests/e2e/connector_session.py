"""A session of snowflake-connector-python driven over pipes: a line of JSON in, a line of JSON out.

The first line holds the connection's arguments, each later one {"sql": …}. Runs in a Python environment that has the
connector; which generation is the environment's business.
"""

import json
import os
import sys

os.environ["SNOWFLAKE_DISABLE_PLATFORM_DETECTION"] = "true"


def main():
    import snowflake.connector

    connection = None
    for line in sys.stdin:
        message = json.loads(line)
        try:
            if connection is None:
                connection = snowflake.connector.connect(protocol="http", **message)
                rows = []
            else:
                cursor = connection.cursor()
                rows = [list(map(str, row)) for row in cursor.execute(message["sql"]).fetchall()]
                cursor.close()
            answer = {"rows": rows}
        except Exception as error:  # whatever the client shows to an application
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
    if connection is not None:
        connection.close()


if __name__ == "__main__":
    main()
