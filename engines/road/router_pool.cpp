#include "engines/road/router_pool.hpp"

#include <algorithm>

namespace lastmile::road {

RouterPool::RouterPool(std::shared_ptr<EmbeddedRouter> usual, std::size_t most) : usual_(std::move(usual)), most_(std::max<std::size_t>(1, most)) {
    parties_[nobody] = {std::make_shared<const Conditions>(), 0};
}

RouterPool::Holding RouterPool::holding(const Conditions& conditions, const Moment& moment) const {
    Holding numbers;
    for (std::size_t i = 0; i < conditions.closures.size(); ++i)
        if (holds_at(conditions.closures[i], moment)) numbers.push_back(i);
    for (std::size_t i = 0; i < conditions.factors.size(); ++i)
        if (holds_at(conditions.factors[i], moment)) numbers.push_back(conditions.closures.size() + i);
    if (conditions.learned)
        numbers.push_back(conditions.closures.size() + conditions.factors.size() +
                          static_cast<std::size_t>(conditions.learned_hour.value_or(hour_class_of(moment.hour_of_week.value_or(0)))));
    if (const auto state = moment.hour_of_week ? usual_->network()->hour_state(*moment.hour_of_week) : 0)
        numbers.push_back(conditions.closures.size() + conditions.factors.size() + hour_classes + state);
    return numbers;
}

Answer<void> RouterPool::set(const std::string& party, Conditions conditions, std::optional<Moment> now) {
    if (const auto fault = fault_in(conditions, usual_->profiles())) return std::unexpected(Refusal{Fault::bad_question, *fault});
    const auto fresh = std::make_shared<const Conditions>(std::move(conditions));
    Kept ready{party, 0, {}, nullptr};
    if (now) {
        ready.holding = holding(*fresh, *now);
        const auto used = at(party, *now)->warmed();
        if (!ready.holding.empty()) {
            ready.router = std::make_shared<EmbeddedRouter>(usual_->network(), holding_at(*fresh, *now));
            ready.router->warm(used);
        }
    }
    const std::scoped_lock lock(lock_);
    std::erase_if(kept_, [&](const Kept& kept) { return kept.party == party; });
    if (fresh->empty()) {
        parties_.erase(party);
        return {};
    }
    ready.revision = ++revisions_;
    parties_[party] = {fresh, ready.revision};
    if (ready.router) kept_.push_front(std::move(ready));
    return {};
}

Conditions RouterPool::conditions(const std::string& party) const {
    const std::scoped_lock lock(lock_);
    const auto found = parties_.find(party);
    return found == parties_.end() ? Conditions{} : *found->second.conditions;
}

std::shared_ptr<const EmbeddedRouter> RouterPool::at(const std::string& party, const Moment& moment) const {
    std::shared_ptr<const Conditions> conditions;
    Kept wanted{party, 0, {}, nullptr};
    {
        const std::scoped_lock lock(lock_);
        auto found = parties_.find(party);
        if (found == parties_.end()) found = parties_.find(wanted.party = nobody);
        conditions = found->second.conditions;
        wanted.revision = found->second.revision;
        wanted.holding = holding(*conditions, moment);
        if (wanted.holding.empty()) return usual_;
        for (auto kept = kept_.begin(); kept != kept_.end(); ++kept)
            if (kept->party == wanted.party && kept->revision == wanted.revision && kept->holding == wanted.holding) {
                kept_.splice(kept_.begin(), kept_, kept);
                return kept->router;
            }
    }
    // Made outside of the lock; its metrics come when a profile is first asked for.
    wanted.router = std::make_shared<EmbeddedRouter>(usual_->network(), holding_at(*conditions, moment));
    return keep(std::move(wanted));
}

/// Two threads may have made the same one: the first stays, so that both customise once.
std::shared_ptr<EmbeddedRouter> RouterPool::keep(Kept fresh) const {
    const std::scoped_lock lock(lock_);
    for (const Kept& kept : kept_)
        if (kept.party == fresh.party && kept.revision == fresh.revision && kept.holding == fresh.holding) return kept.router;
    const auto router = fresh.router;
    const auto party = parties_.find(fresh.party);
    if (party == parties_.end() || party->second.revision != fresh.revision) return router;  // set anew meanwhile
    kept_.push_front(std::move(fresh));
    if (kept_.size() > most_) kept_.pop_back();
    return router;
}

void RouterPool::replace_map(const std::filesystem::path& path) {
    usual_->replace_map(path);
    const std::scoped_lock lock(lock_);
    kept_.clear();
}

}  // namespace lastmile::road
