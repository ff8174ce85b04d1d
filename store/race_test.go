//go:build race

package store

// underRace tells whether the race detector is on, with which pointers are checked
// too: one that bbolt makes of a damaged page ends the process instead of in a fault.
const underRace = true
