#pragma once
// The plan under search: tours, who is where, what is absent. Changes are made in a transaction that can be taken back.
#include <cstdint>
#include <vector>

#include "engines/vrp/place.hpp"
#include "engines/vrp/routes.hpp"
#include "engines/vrp/tour.hpp"

namespace lastmile::vrp {

class State {
public:
    State(const Instance& in, Scheduler& scheduler);

    const Instance& in;
    Scheduler& scheduler;
    std::vector<Tour> tours;    ///< by car
    std::vector<int> car_of;    ///< by task; -1: on no tour
    std::vector<int> offer_of;  ///< by task; -1: not outside
    std::vector<int> index_of;  ///< by visit node: where in Tour::nodes
    std::vector<int> jobs;      ///< by partner
    double cost = 0;            ///< of tours, offers and absences

    /// From scratch; not part of a transaction. Infeasible routes are refused: false.
    bool load(const Routes& routes);
    Routes save() const;
    /// The same as load(), for a feasible plan, at the price of the tours that differ.
    void become(const Routes& routes);
    /// From now on only these cars' tours and these tasks are changed (by car, by task; empty: all).
    void restrict_to(std::vector<char> cars, std::vector<char> tasks);
    bool open(int car) const { return open_car_.empty() || open_car_[static_cast<std::size_t>(car)] != 0; }
    bool free(int task) const { return open_task_.empty() || open_task_[static_cast<std::size_t>(task)] != 0; }

    void begin();
    void commit();
    void rollback();
    /// Replaces a tour's nodes; tasks that come or go are noted by the caller's put_task/take_task.
    void set_nodes(int car, std::vector<int>& nodes);
    /// Takes tasks off their tours or partners; each tour is refreshed once. False if a tour is infeasible without them.
    bool take(const std::vector<int>& tasks);
    void insert(int task, int car, const Place& place);
    void hand_over(int task, int offer);
    /// What follows so many nodes of one tour changes places with what follows so many of another. False if that is not feasible.
    bool exchange_ends(int one, int keep_one, int two, int keep_two);
    /// All stops to an idle vehicle, in the same order. Not with reloads: they belong to their vehicle.
    void move_tour(int from, int to);
    /// Cars whose tours the last transaction changed.
    const std::vector<int>& changed() const { return saved_car_; }

    bool locked(int task) const { return locked_[static_cast<std::size_t>(task)] != 0; }
    /// Tasks that have neither tour nor partner.
    const std::vector<int>& absent() const { return absent_; }
    const std::vector<int>& outside() const { return outside_; }
    /// Tasks that must come after this one.
    const std::vector<int>& dependents(int task) const { return dependents_[static_cast<std::size_t>(task)]; }
    /// Cheapest offer whose partner takes one more job; -1 and infinity if none.
    int cheapest_offer(int task, double& price) const;
    int vehicles() const { return static_cast<int>(used_.size()); }
    double recounted() const;
    /// Cars whose tours are not empty, in no order that means anything.
    const std::vector<int>& used() const { return used_; }
    /// Visits on all tours, reloads included.
    std::size_t visits() const { return visits_; }
    /// The first idle car of a type that may do the task; -1 if none.
    int idle(int type, int task);
    /// In this transaction changed so far.
    bool touched(int car) const { return noting_ && touched_[static_cast<std::size_t>(car)] == turn_; }
    /// Writes what was committed since the last call (or load) into `routes`, which then holds the plan as it is now.
    void sync(Routes& routes);

private:
    struct List {  ///< a set with O(1) insert and erase
        std::vector<int>& items;
        std::vector<int>& at;
        void add(int t) { at[static_cast<std::size_t>(t)] = static_cast<int>(items.size()), items.push_back(t); }
        void drop(int t);
    };
    struct Note {
        int task, car, offer;
    };
    void where(int task, int car, int offer);
    void car_here(int task, int car, int offer);
    void index(const Tour& tour);
    void keep(int car);
    void tally(int car, std::size_t before, std::size_t after);
    void stale(int car);

    std::vector<int> absent_, outside_, at_, used_, at_used_;
    std::vector<int> rank_, first_idle_;  ///< by car: its index in its type; by type: no idle car before this index
    std::vector<char> stale_;
    std::vector<int> stale_cars_;
    bool all_stale_ = true;
    std::size_t visits_ = 0;
    std::vector<std::vector<int>> dependents_;
    std::vector<char> locked_, open_car_, open_task_;
    std::vector<Tour> saved_;
    std::size_t saved_count_ = 0;
    std::vector<int> saved_car_;
    std::vector<std::uint64_t> touched_;
    std::uint64_t turn_ = 0, versions_ = 0;
    std::vector<Note> notes_;
    double cost_before_ = 0;
    std::vector<int> nodes_, with_idle_, cars_;
    bool noting_ = false;
};

}  // namespace lastmile::vrp
