#pragma once
#include <atomic>
#include <map>

#include "engines/geocode/geocoder.hpp"
#include "engines/road/router.hpp"

namespace lastmile::remote {

/// Beelines times a factor at a usual speed: what is left where no engine answers.
class GreatCircleRouter final : public road::Router {
public:
    explicit GreatCircleRouter(double factor = 1.3) : factor_(factor) {}

    std::vector<std::string> profiles() const override;
    road::Answer<std::vector<road::Snap>> nearest(std::string_view profile, geo::Point point, std::size_t count, double max_snap_m) const override;
    road::Answer<road::Route> route(const road::RouteQuery& query) const override;
    using Router::table;
    road::Answer<void> table(const road::TableQuery& query, const road::RowSink& sink, std::stop_token stop) const override;

private:
    double factor_;
};

/// Asks one engine, and another where the first one is unavailable (no answer in time, an open breaker, a question that it has no word for). A route says
/// who answered it and why; `fell_back` counts. A table is of one engine alone: it is held until it is whole.
class FallbackRouter final : public road::Router {
public:
    FallbackRouter(std::shared_ptr<const road::Router> first, std::shared_ptr<const road::Router> second, std::string second_name)
        : first_(std::move(first)), second_(std::move(second)), second_name_(std::move(second_name)) {}

    std::vector<std::string> profiles() const override;
    road::Answer<std::vector<road::Snap>> nearest(std::string_view profile, geo::Point point, std::size_t count, double max_snap_m) const override;
    road::Answer<road::Route> route(const road::RouteQuery& query) const override;
    using Router::table;
    road::Answer<void> table(const road::TableQuery& query, const road::RowSink& sink, std::stop_token stop) const override;
    road::Answer<road::Match> match(const road::MatchQuery& query) const override;
    road::Answer<std::vector<road::Isochrone>> isochrone(const road::IsochroneQuery& query) const override;

    std::uint64_t fell_back() const { return fell_back_; }

private:
    std::shared_ptr<const road::Router> first_, second_;
    std::string second_name_;
    mutable std::atomic<std::uint64_t> fell_back_ = 0;
};

/// The same for geocoders. Without a second one the refusal is passed on.
class FallbackGeocoder final : public geocode::Geocoder {
public:
    FallbackGeocoder(std::shared_ptr<const geocode::Geocoder> first, std::shared_ptr<const geocode::Geocoder> second)
        : first_(std::move(first)), second_(std::move(second)) {}

    geocode::Answer<std::vector<geocode::Candidate>> search(const geocode::Query& query) const override;
    geocode::Answer<std::vector<geocode::Candidate>> complete(const geocode::Query& query) const override;
    geocode::Answer<std::vector<geocode::Candidate>> reverse(geo::Point point, std::size_t limit, double max_m) const override;

    std::uint64_t fell_back() const { return fell_back_; }

private:
    template <class Ask>
    geocode::Answer<std::vector<geocode::Candidate>> ask(Ask question) const;

    std::shared_ptr<const geocode::Geocoder> first_, second_;
    mutable std::atomic<std::uint64_t> fell_back_ = 0;
};

}  // namespace lastmile::remote
