// InterruptibleRows: ends a write with kCancelled when the user asks for it.
#ifndef LIFEBOAT_ADVERTISING_INTERRUPTIBLE_ROWS_H_
#define LIFEBOAT_ADVERTISING_INTERRUPTIBLE_ROWS_H_

#include <memory>
#include <utility>
#include <vector>

#include "account/engine/row_source.h"
#include "lifeboat/cli/interrupt.h"

namespace lifeboat::app::advertising {

class InterruptibleRows final : public account::RowSource {
 public:
  explicit InterruptibleRows(std::unique_ptr<account::RowSource> rows) : rows_(std::move(rows)) {}

  Result<size_t> Fill(account::RowChunk& chunk) override {
    LIFEBOAT_RETURN_IF_ERROR(CheckInterrupted());
    return rows_->Fill(chunk);
  }

  static void Wrap(std::vector<std::unique_ptr<account::RowSource>>& sources) {
    for (auto& source : sources) source = std::make_unique<InterruptibleRows>(std::move(source));
  }

 private:
  std::unique_ptr<account::RowSource> rows_;
};

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_INTERRUPTIBLE_ROWS_H_
