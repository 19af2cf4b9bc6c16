#include "platform/store/session.hpp"
namespace lastmile::store {
std::unique_ptr<Store> open_postgres(const Options&) { throw std::runtime_error("This build does not reach PostgreSQL yet."); }
}
