//go:build race

package replay

// underRace says that the race detector watches, and all takes ten times as long.
const underRace = true
