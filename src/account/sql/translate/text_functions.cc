// Text and hashes.
#include "account/sql/translate/function_table.h"

namespace lifeboat::account::sql {
namespace {

using enum ResultType;

constexpr FunctionTemplate kFunctions[] = {
    {"UPPER", 1, 1, "upper($1)", kText, true},
    {"LOWER", 1, 1, "lower($1)", kText, true},
    {"INITCAP", 1, 1,
     "array_to_string(list_transform(string_split(lower($1), ' '), w -> concat(upper(w[1:1]), w[2:])), ' ')",
     kText, true},
    {"LENGTH", 1, 1, "length($1)", kCount, true},
    {"LEN", 1, 1, "length($1)", kCount, true},
    {"OCTET_LENGTH", 1, 1, "octet_length(encode($1))", kCount, true},
    {"REVERSE", 1, 1, "reverse($1)", kText, true},
    {"REPEAT", 2, 2, "repeat($1, CAST($2 AS BIGINT))", kText},
    {"SPACE", 1, 1, "repeat(' ', CAST($1 AS BIGINT))", kText},
    {"LEFT", 2, 2, "left($1, CAST($2 AS BIGINT))", kText},
    {"RIGHT", 2, 2, "right($1, CAST($2 AS BIGINT))", kText},
    {"REPLACE", 2, 2, "replace($1, $2, '')", kText, true},
    {"REPLACE", 3, 3, "replace($1, $2, $3)", kText, true},
    {"TRANSLATE", 3, 3, "translate($1, $2, $3)", kText, true},
    {"CONTAINS", 2, 2, "contains($1, $2)", kBoolean, true},
    {"STARTSWITH", 2, 2, "starts_with($1, $2)", kBoolean, true},
    {"ENDSWITH", 2, 2, "suffix($1, $2)", kBoolean, true},
    {"ASCII", 1, 1, "ascii($1)", kCount, true},
    {"CHR", 1, 1, "chr(CAST($1 AS INTEGER))", kText},
    {"CHAR", 1, 1, "chr(CAST($1 AS INTEGER))", kText},
    {"LPAD", 2, 2, "lpad($1, CAST($2 AS INTEGER), ' ')", kText},
    {"LPAD", 3, 3, "lpad(CAST($1 AS VARCHAR), CAST($2 AS INTEGER), $3)", kText},
    {"RPAD", 2, 2, "rpad($1, CAST($2 AS INTEGER), ' ')", kText},
    {"RPAD", 3, 3, "rpad(CAST($1 AS VARCHAR), CAST($2 AS INTEGER), $3)", kText},
    {"TRIM", 1, 1, "trim($1, ' ')", kText, true},
    {"TRIM", 2, 2, "trim($1, $2)", kText, true},
    {"LTRIM", 1, 1, "ltrim($1, ' ')", kText, true},
    {"LTRIM", 2, 2, "ltrim($1, $2)", kText, true},
    {"RTRIM", 1, 1, "rtrim($1, ' ')", kText, true},
    {"RTRIM", 2, 2, "rtrim($1, $2)", kText, true},
    {"CHARINDEX", 2, 2, "strpos($2, $1)", kCount, true},
    {"POSITION", 2, 2, "strpos($2, $1)", kCount, true},
    {"SPLIT", 2, 2, "to_json(string_split($1, $2))", kArray, true},
    {"CONCAT_WS", 2, -1, "concat_ws($*)", kText, true},
    {"EDITDISTANCE", 2, 2, "levenshtein($1, $2)", kCount, true},
    {"JAROWINKLER_SIMILARITY", 2, 2,
     "CAST(floor(jaro_winkler_similarity(upper($1), upper($2)) * 100) AS INTEGER)", kCount, true},
    {"INSERT", 4, 4,
     "(left($1, CAST($2 AS BIGINT) - 1) || $4 || substr($1, CAST($2 AS BIGINT) + CAST($3 AS BIGINT)))",
     kText},
    {"MD5", 1, 1, "md5($1)", kText, true},
    {"MD5_HEX", 1, 1, "md5($1)", kText, true},
    {"SHA1", 1, 1, "sha1($1)", kText, true},
    {"SHA1_HEX", 1, 1, "sha1($1)", kText, true},
    {"SHA2", 1, 1, "sha256($1)", kText, true},
    {"HEX_ENCODE", 1, 1, "hex($1)", kText},
    {"BASE64_ENCODE", 1, 1, "to_base64(encode($1))", kText, true},
    {"BASE64_DECODE_STRING", 1, 1, "decode(from_base64($1))", kText, true},
    {"UUID_STRING", 0, 0, "CAST(uuid() AS VARCHAR)", kText},
    {"REGEXP_LIKE", 2, 2, "regexp_full_match($1, $2)", kBoolean, true},
    {"RLIKE", 2, 2, "regexp_full_match($1, $2)", kBoolean, true},
    {"REGEXP_LIKE", 3, 3, "regexp_full_match($1, $2, $3)", kBoolean, true},
    {"REGEXP_REPLACE", 2, 2, "regexp_replace($1, $2, '', 'g')", kText, true},
    {"REGEXP_REPLACE", 3, 3, "regexp_replace($1, $2, $3, 'g')", kText, true},
    {"REGEXP_SUBSTR", 2, 2, "nullif(regexp_extract($1, $2), '')", kText, true},
    {"REGEXP_COUNT", 2, 2, "len(regexp_extract_all($1, $2))", kCount, true},
};

}  // namespace

std::span<const FunctionTemplate> TextFunctions() {
  return kFunctions;
}

}  // namespace lifeboat::account::sql
