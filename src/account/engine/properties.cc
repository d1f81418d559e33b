#include "account/engine/properties.h"

#include <algorithm>
#include <charconv>

#include "account/engine/name_lookup.h"
#include "account/engine/statement_error.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

std::string ToUpper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

// A dotted word keeps its parts as they were folded: no quotes are added.
Result<std::string> WordText(const StatementContext& context, const sql::PropertyWord& word) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<sql::Identifier> parts, context.Parts(word.name));
  std::string text;
  for (const sql::Identifier& part : parts) text += (text.empty() ? "" : ".") + part.text;
  return text;
}

Result<std::string> ScalarText(const StatementContext& context, std::string_view name,
                               const sql::PropertyValue& value) {
  if (const auto* word = std::get_if<sql::PropertyWord>(&value.node)) return WordText(context, *word);
  if (const auto* expression = std::get_if<sql::PropertyExpression>(&value.node)) {
    return context.FoldText(*expression->expression);
  }
  return InvalidProperty(name, "give one value, not a list");
}

}  // namespace

Result<std::string> PropertyText(const StatementContext& context, const sql::Property& property) {
  return ScalarText(context, property.name, property.value);
}

Result<int64_t> PropertyInteger(const StatementContext& context, const sql::Property& property) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, PropertyText(context, property));
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return InvalidProperty(property.name, "give a whole number");
  }
  return value;
}

Result<bool> PropertySwitch(const StatementContext& context, const sql::Property& property) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, PropertyText(context, property));
  const std::string word = ToUpper(text);
  if (word == "TRUE" || word == "1") return true;
  if (word == "FALSE" || word == "0") return false;
  return InvalidProperty(property.name, "give TRUE or FALSE");
}

Result<std::vector<std::string>> PropertyTexts(const StatementContext& context,
                                               const sql::Property& property) {
  std::vector<std::string> texts;
  const auto* list = std::get_if<sql::PropertyList>(&property.value.node);
  if (list == nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(std::string text, PropertyText(context, property));
    texts.push_back(std::move(text));
  } else {
    for (const sql::PropertyValue& value : list->values) {
      LIFEBOAT_ASSIGN_OR_RETURN(std::string text, ScalarText(context, property.name, value));
      texts.push_back(std::move(text));
    }
  }
  if (texts.size() == 1 && ToUpper(texts[0]) == "NONE") texts.clear();
  return texts;
}

Result<Property> ToStoredProperty(const StatementContext& context, const sql::Property& property) {
  Property stored;
  stored.name = property.name;
  if (const auto* block = std::get_if<sql::PropertyBlock>(&property.value.node)) {
    std::vector<Property> entries;
    for (const sql::Property& entry : block->properties) {
      LIFEBOAT_ASSIGN_OR_RETURN(Property inner, ToStoredProperty(context, entry));
      entries.push_back(std::move(inner));
    }
    stored.value = std::move(entries);
    return stored;
  }
  const auto* list = std::get_if<sql::PropertyList>(&property.value.node);
  if (list == nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(stored.value, PropertyText(context, property));
    return stored;
  }
  const bool blocks = std::any_of(
      list->values.begin(), list->values.end(),
      [](const sql::PropertyValue& value) { return std::holds_alternative<sql::PropertyBlock>(value.node); });
  if (!blocks) {
    LIFEBOAT_ASSIGN_OR_RETURN(stored.value, PropertyTexts(context, property));
    return stored;
  }
  std::vector<Property> entries;
  for (const sql::PropertyValue& value : list->values) {
    const auto* block = std::get_if<sql::PropertyBlock>(&value.node);
    if (block == nullptr) return InvalidProperty(property.name, "give only blocks in parentheses");
    Property entry;
    std::vector<Property> inner;
    for (const sql::Property& member : block->properties) {
      LIFEBOAT_ASSIGN_OR_RETURN(Property one, ToStoredProperty(context, member));
      inner.push_back(std::move(one));
    }
    entry.value = std::move(inner);
    entries.push_back(std::move(entry));
  }
  stored.value = std::move(entries);
  return stored;
}

Result<std::optional<std::string>> OptionalText(const StatementContext& context,
                                                const sql::Properties& properties, std::string_view name) {
  const sql::Property* property = sql::FindProperty(properties, name);
  if (property == nullptr) return std::optional<std::string>();
  LIFEBOAT_ASSIGN_OR_RETURN(std::string text, PropertyText(context, *property));
  return std::optional(std::move(text));
}

Status UnknownProperty(const sql::Property& property) {
  return sql::MakeSqlError(StatusCode::kInvalidArgument, "001420", "22023",
                           fmt::format("SQL compilation error:\ninvalid property '{}'", property.name),
                           property.location.line, property.location.position);
}

Status CheckKnownProperties(const sql::Properties& properties,
                            std::initializer_list<std::string_view> known) {
  for (const sql::Property& property : properties) {
    if (std::find(known.begin(), known.end(), property.name) == known.end()) {
      return UnknownProperty(property);
    }
  }
  return Status::Ok();
}

}  // namespace lifeboat::account
