// Rows of a plan as RowSources, ready for any writer.
//
// Each source yields a contiguous share of a table in order; the shares in order are the whole table. A
// source refers to the plan and to `totals`, which must outlive it.
#ifndef LIFEBOAT_ADVERTISING_ROWS_H_
#define LIFEBOAT_ADVERTISING_ROWS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "account/engine/row_source.h"
#include "lifeboat/advertising/plan.h"

namespace lifeboat::app::advertising {

// Sums over the rows made so far. Whole numbers, so that they do not depend on the order of addition.
struct Totals {
  std::atomic<int64_t> impression_cost_tenth_mills{0};  // 1/10,000 USD
  std::atomic<int64_t> click_cost_cents{0};
  std::atomic<int64_t> revenue_cents{0};

  double SpendUsd() const;
  double RevenueUsd() const;
};

std::vector<std::unique_ptr<account::RowSource>> MakeRowSources(const Plan& plan, Table table, int shares,
                                                                Totals& totals);
// Rows of the table `campaigns`.
std::unique_ptr<account::RowSource> MakeCampaignRows(const std::vector<Campaign>& campaigns);

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_ROWS_H_
