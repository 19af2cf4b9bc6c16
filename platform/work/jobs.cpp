#include "platform/work/jobs.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "platform/work/job_store.hpp"

namespace lastmile::work {
namespace {

std::string failure(std::string_view code, std::string_view detail) {
    return boost::json::serialize(boost::json::object{{"code", code}, {"detail", detail}});
}

}  // namespace

void JobRun::commit(const std::function<void(store::Tx&)>& body, const Progress& progress, const std::vector<LineError>& errors) {
    bool lost = false;
    store_.run(job_.partition, origin, [&](store::Tx& tx) {
        const auto now = lock_job(tx, job_.id);
        lost = !now || now->status != "running" || now->fence != job_.fence;
        if (lost) return;
        if (now->cancel_wanted) stop_ = cancelled_ = true;
        body(tx);
        write_progress(tx, job_, progress, errors);
    }, lane);
    if (lost) {
        stop_ = true;
        throw LeaseLost();
    }
    job_.progress = progress;
}

Jobs::Jobs(store::Store& store, int workers, std::chrono::milliseconds lease) : store_(store), workers_(workers), lease_(lease) {}

Jobs::~Jobs() {
    listener_.reset();
    {
        std::lock_guard lock(mutex_);
        closing_ = true;
        for (auto* run : running_) run->stop_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void Jobs::on(JobKind kind) {
    auto type = kind.type;
    if (!kinds_.emplace(type, std::move(kind)).second) throw std::logic_error("two kinds of job are named " + type);
}

void Jobs::start() {
    listener_ = store_.on_signal("jobs", [this] { wake(); });
    for (int i = 0; i < workers_; ++i) threads_.emplace_back([this] { work(); });
    threads_.emplace_back([this] { beat(); });
}

void Jobs::wake() {
    {
        std::lock_guard lock(mutex_);
        ++wakes_;
    }
    changed_.notify_all();
}

std::optional<Job> Jobs::claim() {
    std::vector<std::pair<Partition, Id<Job>>> open;
    store_.look({}, [&](store::Read& read) { open = open_jobs(read, 200); });
    for (const auto& [partition, id] : open)
        if (auto claimed = claim(partition, id)) return claimed;
    return std::nullopt;
}

std::optional<Job> Jobs::claim(Partition partition, const Id<Job>& id) {
    std::optional<Job> claimed;
    store_.run(partition, {}, [&](store::Tx& tx) {
        claimed.reset();
        auto found = lock_job(tx, id);
        if (!found || !kinds_.contains(found->type) || !claimable(tx, *found)) return;
        if (found->cancel_wanted) {  // its worker died before it could stop
            found->status = "cancelled";
            move_job(tx, *found, std::chrono::milliseconds(0));
            if (moved_) moved_(tx, *found);
            return;
        }
        const bool first = found->status == "queued";
        found->status = "running";
        ++found->fence;
        move_job(tx, *found, lease_);
        if (first && moved_) moved_(tx, *found);
        claimed = found;
    });
    return claimed;
}

void Jobs::end(JobRun& run, std::string status, std::optional<std::string> result) {
    store_.run(run.job().partition, {}, [&](store::Tx& tx) {
        auto now = lock_job(tx, run.job().id);
        if (!now || now->status != "running" || now->fence != run.job().fence) return;  // taken over: it is the other's to end
        now->status = status;
        now->result = result;
        move_job(tx, *now, std::chrono::milliseconds(0));
        if (moved_) moved_(tx, *now);
        tx.after_commit([this] { store_.signal("jobs"); });
    });
}

bool Jobs::run_one() {
    auto job = claim();
    if (!job) return false;
    run(std::move(*job));
    return true;
}

bool Jobs::run(Partition partition, const Id<Job>& id) {
    auto job = claim(partition, id);
    if (!job) return false;
    run(std::move(*job));
    return true;
}

std::optional<Job> Jobs::ended(Partition partition, const Id<Job>& id, std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        std::uint64_t before;
        {
            std::lock_guard lock(mutex_);
            if (closing_) return std::nullopt;
            before = wakes_;
        }
        std::optional<Job> job;
        store_.look(partition, [&](store::Read& read) { job = find_job(read, id); });
        if (!job) return std::nullopt;
        if (job->status != "queued" && job->status != "running") return job;
        // A signal from another node can be lost: look again on a slow timer.
        std::unique_lock lock(mutex_);
        const auto again = std::min(until, std::chrono::steady_clock::now() + std::chrono::seconds(1));
        changed_.wait_until(lock, again, [&] { return wakes_ != before || closing_; });
        if (std::chrono::steady_clock::now() >= until) return std::nullopt;
    }
}

void Jobs::run(Job job) {
    JobRun run(store_, job);
    {
        std::lock_guard lock(mutex_);
        running_.push_back(&run);
        run.stop_ = closing_;
    }
    std::string status = "done";
    std::optional<std::string> result;
    std::string why;
    bool lost = false;
    try {
        result = kinds_.at(job.type).run(run);
    } catch (const LeaseLost&) {
        lost = true;
    } catch (const Refusal& refusal) {
        status = "failed", why = refusal.error().detail, result = failure(refusal.error().reason->slug, why);
    } catch (const std::exception& error) {
        status = "failed", why = error.what(), result = failure("internal_error", why);
    }
    bool closing;
    {
        std::lock_guard lock(mutex_);
        std::erase(running_, &run);
        closing = closing_;
    }
    if (lost) return;
    bool cancelled = false;
    if (const auto& reached = run.job().progress; status == "done" && reached.total > 0 && reached.done >= reached.total) {
        // Whoever wished it to end came too late: nothing was left to do.
        end(run, status, result);
        return;
    }
    store_.look(job.partition, [&](store::Read& read) {
        const auto now = find_job(read, job.id);
        cancelled = now && now->cancel_wanted;
    });
    if (cancelled && run.stop()) status = "cancelled";
    else if (closing && run.stop()) {
        // The service stops: the next worker goes on where the commits came to.
        store_.run(job.partition, {}, [&](store::Tx& tx) { release_job(tx, run.job()); });
        return;
    }
    if (status == "failed" && again(run, why)) return;
    end(run, status, result);
}

bool Jobs::again(const JobRun& run, std::string_view why) {
    const auto& job = run.job();
    if (job.fence >= kinds_.at(job.type).attempts) return false;  // the fence counts how often it was claimed
    const auto wait = std::min(std::chrono::seconds(30) * (1 << std::min<std::int64_t>(job.fence - 1, 7)), std::chrono::seconds(3600));
    store_.run(job.partition, {}, [&](store::Tx& tx) { postpone_job(tx, job, why, wait); });
    return true;
}

bool Jobs::quiet(Partition partition, std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        std::uint64_t before;
        {
            std::lock_guard lock(mutex_);
            before = wakes_;
        }
        bool none = false;
        store_.look(partition, [&](store::Read& read) { none = !has_open_jobs(read); });
        if (none) return true;
        std::unique_lock lock(mutex_);
        if (!changed_.wait_until(lock, until, [&] { return wakes_ != before || closing_; }) || closing_) return false;
    }
}

void Jobs::work() {
    for (;;) {
        std::uint64_t before;
        {
            std::lock_guard lock(mutex_);
            if (closing_) return;
            before = wakes_;
        }
        bool ran = false;
        try {
            ran = run_one();
        } catch (const std::exception&) {
            // The store said why. The lease of what was running runs out, and somebody takes it over.
        }
        if (ran) continue;
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, lease_ / 3, [&] { return wakes_ != before || closing_; });
    }
}

void Jobs::beat() {
    for (;;) {
        std::vector<Job> jobs;
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, lease_ / 3, [&] { return closing_; });
            if (closing_) return;
            for (auto* run : running_) jobs.push_back(run->job_);
        }
        for (const auto& job : jobs) {
            Heartbeat heart{};
            try {
                store_.run(job.partition, {}, [&](store::Tx& tx) { heart = prolong_job(tx, job, lease_); });
            } catch (const std::exception&) {
                continue;  // again in a third of the lease
            }
            if (heart == Heartbeat::beats) continue;
            std::lock_guard lock(mutex_);
            for (auto* run : running_)
                if (run->job_.id == job.id && run->job_.fence == job.fence) run->stop_ = true, run->cancelled_ = heart == Heartbeat::cancel;
        }
    }
}

}  // namespace lastmile::work
