// Which query is in which slot while keys pass by again and again: as sluice_rota.v.
#ifndef SLUICE_ROTA_HPP
#define SLUICE_ROTA_HPP

namespace sluice {

template <int QUERIES, int KEYS, int SLOTS>
struct rota {
    int key;
    int pass;

    rota() : key(0), pass(0) {}

    void step() {
        pass = key + 1 == KEYS ? pass + 1 : pass;
        key = key + 1 == KEYS ? 0 : key + 1;
    }

    // The query in a slot; -1 for none.
    int query(int slot) const {
        const int q = (key >= slot ? pass : pass - 1) * SLOTS + slot;
        return q >= 0 && q < QUERIES ? q : -1;
    }

    // The slot that takes a query now, and the one whose query sees its last key; -1 for none.
    int starting() const { return key < SLOTS && query(key) >= 0 ? key : -1; }
    int ending() const {
        const int slot = key + 1 == KEYS ? 0 : key + 1;
        return slot < SLOTS && query(slot) >= 0 ? slot : -1;
    }
};

}  // namespace sluice

#endif
