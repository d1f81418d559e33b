// Statements about which table or view has which place, in the PostgreSQL store.
#ifndef LIFEBOAT_CATALOG_STORE_POSTGRES_PLACES_H_
#define LIFEBOAT_CATALOG_STORE_POSTGRES_PLACES_H_

#include "catalog/store/postgres_connection.h"

namespace lifeboat::catalog {

// $1, $2: tables that do not count. $3: the place and those above it; $4, $5: where those below it begin and
// end. Ordering makes the planner take the index, whatever it believes about how many there are.
inline constexpr PostgresStatement kFindPlaceHolder{
    "find_place_holder",
    "(SELECT p.namespace, p.name FROM table_places p WHERE p.place = ANY ($3::text[]) AND NOT EXISTS "
    "(SELECT 1 FROM unnest($1::text[], $2::text[]) AS u(namespace, name) "
    "WHERE u.namespace = p.namespace AND u.name = p.name) ORDER BY p.place LIMIT 1) UNION ALL "
    "(SELECT p.namespace, p.name FROM table_places p WHERE p.place > $4 AND p.place < $5 AND NOT EXISTS "
    "(SELECT 1 FROM unnest($1::text[], $2::text[]) AS u(namespace, name) "
    "WHERE u.namespace = p.namespace AND u.name = p.name) ORDER BY p.place LIMIT 1) LIMIT 1"};
// $1: places; $2, $3: whose they are.
inline constexpr PostgresStatement kPutPlaces{"put_places",
                                              "INSERT INTO table_places (place, namespace, name) "
                                              "SELECT * FROM unnest($1::text[], $2::text[], $3::text[])"};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_POSTGRES_PLACES_H_
