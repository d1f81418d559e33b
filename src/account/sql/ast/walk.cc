#include "account/sql/ast/walk.h"

#include "account/sql/ast/query.h"

namespace lifeboat::account::sql {
namespace {

class ChildVisitor {
 public:
  ChildVisitor(const std::function<void(const Expression&)>& visit,
               const std::function<void(const Query&)>& query)
      : visit_(visit), visit_query_(query) {}

  // Leaves.
  void operator()(const Literal&) const {}
  void operator()(const TypedLiteral&) const {}
  void operator()(const IntervalLiteral&) const {}
  void operator()(const ColumnRef&) const {}
  void operator()(const PositionalColumn&) const {}
  void operator()(const VariableRef&) const {}
  void operator()(const Bind&) const {}

  void operator()(const IdentifierRef& node) const { One(node.name); }
  void operator()(const Star& node) const {
    for (const auto& [expression, column] : node.replace) One(expression);
  }
  void operator()(const Unary& node) const { One(node.operand); }
  void operator()(const Binary& node) const {
    One(node.left);
    One(node.right);
  }
  void operator()(const Case& node) const {
    One(node.operand);
    for (const auto& [condition, value] : node.branches) {
      One(condition);
      One(value);
    }
    One(node.otherwise);
  }
  void operator()(const Cast& node) const { One(node.operand); }
  void operator()(const Between& node) const {
    One(node.operand);
    One(node.low);
    One(node.high);
  }
  void operator()(const In& node) const {
    One(node.operand);
    All(node.list);
    Inside(node.query);
  }
  void operator()(const Exists& node) const { Inside(node.query); }
  void operator()(const ScalarSubquery& node) const { Inside(node.query); }
  void operator()(const QuantifiedComparison& node) const {
    One(node.operand);
    Inside(node.query);
  }
  void operator()(const Like& node) const {
    One(node.operand);
    All(node.patterns);
    One(node.escape);
  }
  void operator()(const Is& node) const { One(node.operand); }
  void operator()(const IsDistinct& node) const {
    One(node.left);
    One(node.right);
  }
  void operator()(const FunctionCall& node) const {
    for (const FunctionArgument& argument : node.arguments) One(argument.value);
    Order(node.within_group);
    One(node.filter);
    if (node.over == nullptr) return;
    All(node.over->partition_by);
    Order(node.over->order_by);
    if (!node.over->frame) return;
    One(node.over->frame->start.offset);
    One(node.over->frame->end.offset);
  }
  void operator()(const Extract& node) const { One(node.operand); }
  void operator()(const Path& node) const { One(node.operand); }
  void operator()(const Subscript& node) const {
    One(node.operand);
    One(node.index);
  }
  void operator()(const ObjectLiteral& node) const {
    for (const auto& [name, value] : node.fields) One(value);
  }
  void operator()(const ArrayLiteral& node) const { All(node.elements); }
  void operator()(const Row& node) const { All(node.elements); }
  void operator()(const Collate& node) const { One(node.operand); }

 private:
  void One(const ExpressionPtr& child) const {
    if (child != nullptr) visit_(*child);
  }
  void All(const std::vector<ExpressionPtr>& children) const {
    for (const ExpressionPtr& child : children) One(child);
  }
  void Order(const std::vector<OrderItem>& items) const {
    for (const OrderItem& item : items) One(item.expression);
  }
  void Inside(const QueryPtr& query) const {
    if (query != nullptr && visit_query_) visit_query_(*query);
  }

  const std::function<void(const Expression&)>& visit_;
  const std::function<void(const Query&)>& visit_query_;
};

}  // namespace

void ForEachChild(const Expression& expression, const std::function<void(const Expression&)>& visit,
                  const std::function<void(const Query&)>& visit_query) {
  std::visit(ChildVisitor(visit, visit_query), expression.node);
}

}  // namespace lifeboat::account::sql
