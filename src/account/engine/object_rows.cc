#include "account/engine/object_rows.h"

#include <algorithm>

namespace lifeboat::account {
namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool IsVisible(const StatementContext& context, const Object& object) {
  return context.authorizer().CanSee(object) || context.authorizer().Has("USAGE", object.id);
}

}  // namespace

std::vector<const Object*> VisibleSchemas(const StatementContext& context, const Object& database) {
  std::vector<const Object*> schemas = context.snapshot().Children(ObjectKind::kSchema, database.id);
  std::erase_if(schemas, [&](const Object* schema) { return !IsVisible(context, *schema); });
  return schemas;
}

std::vector<const Object*> VisibleRelations(const StatementContext& context, const Object& schema) {
  std::vector<const Object*> relations;
  for (const ObjectKind kind : {ObjectKind::kTable, ObjectKind::kIcebergTable, ObjectKind::kView}) {
    for (const Object* relation : context.snapshot().Children(kind, schema.id)) {
      if (context.authorizer().CanSee(*relation) && context.authorizer().CanReach(*relation)) {
        relations.push_back(relation);
      }
    }
  }
  std::stable_sort(relations.begin(), relations.end(),
                   [](const Object* a, const Object* b) { return a->name < b->name; });
  return relations;
}

const std::vector<TableColumn>& ColumnsOf(const Object& relation) {
  if (const auto* table = relation.get_if<Table>()) return table->columns;
  if (const auto* table = relation.get_if<IcebergTable>()) return table->columns;
  return relation.as<View>().columns;
}

std::string OwnerRoleType(const Object& object) {
  return object.owner == kNoObject ? "" : "ROLE";
}

bool MatchesLike(std::string_view text, std::string_view pattern) {
  // Greedy with one point of return: the last '%'.
  size_t t = 0, p = 0, star = std::string_view::npos, star_text = 0;
  while (t < text.size()) {
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    if (escaped && Lower(pattern[p + 1]) == Lower(text[t])) {
      p += 2;
      ++t;
    } else if (p < pattern.size() && !escaped && pattern[p] == '%') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && !escaped && (pattern[p] == '_' || Lower(pattern[p]) == Lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

}  // namespace lifeboat::account
