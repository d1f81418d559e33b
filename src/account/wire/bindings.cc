#include "account/wire/bindings.h"

#include <optional>

#include "account/wire/json_fields.h"

namespace lifeboat::account::wire {
namespace {

Cell ReadCell(const boost::json::value& value) {
  if (value.is_null()) return std::nullopt;
  return ScalarText(value);
}

}  // namespace

Result<std::vector<std::map<std::string, BindValue>>> ReadBindings(const boost::json::object& bindings) {
  std::optional<size_t> rows;
  for (const auto& [name, entry] : bindings) {
    if (!entry.is_object() || !entry.get_object().contains("value")) {
      return Status::InvalidArgument("Binding {} is not an object with \"type\" and \"value\".",
                                     std::string(name));
    }
    const boost::json::value& value = entry.get_object().at("value");
    if (!value.is_array()) continue;
    if (rows.has_value() && *rows != value.get_array().size()) {
      return Status::InvalidArgument(
          "Binding {} has {} values where another has {}. Bind lists of one length.", std::string(name),
          value.get_array().size(), *rows);
    }
    rows = value.get_array().size();
  }
  std::vector<std::map<std::string, BindValue>> out(bindings.empty() ? 0 : rows.value_or(1));
  for (const auto& [name, entry] : bindings) {
    const std::string type = StringField(entry.get_object(), "type");
    const boost::json::value& value = entry.get_object().at("value");
    for (size_t row = 0; row < out.size(); ++row) {
      const boost::json::value& cell = value.is_array() ? value.get_array()[row] : value;
      out[row].emplace(name, BindValue{type, ReadCell(cell)});
    }
  }
  return out;
}

}  // namespace lifeboat::account::wire
