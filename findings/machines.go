package findings

import (
	"strings"
	"time"
)

var (
	versionChanged  = kind("version_changed", Note, "5.1")
	versionsDiffer  = kind("versions_differ", Note, "5.3")
	systemIDChanged = kind("system_id_changed", Note, "5.3")
	runnerGone      = kind("runner_gone", Note, "2.1")
)

// goneAfter is how long a runner is not heard of before it counts as gone.
const goneAfter = 10 * time.Minute

func otherVersion(_ *Finder, r *tracked, said *tally) {
	if r.switched != 0 {
		said.say(versionChanged, r.switched, "it said it is version %s: it was changed on the way", clean(strings.Join(r.Versions, ", then "), 200))
	}
}

// otherMachines looks for a token that machines of several versions share.
func otherMachines(f *Finder, r *tracked, said *tally) {
	for _, other := range f.runners.order {
		if other == r || other.Token != r.Token || len(other.Versions) == 0 || len(r.Versions) == 0 {
			continue
		}
		mine, theirs := r.Versions[len(r.Versions)-1], other.Versions[len(other.Versions)-1]
		if mine != theirs {
			said.say(versionsDiffer, r.first, "machine %s has version %s, machine %s with the same token has %s",
				quote(r.SystemID), clean(mine, 40), quote(other.SystemID), clean(theirs, 40)).rest(other.first)
			return
		}
	}
}

// movedMachine looks for a runner that went on under another system id: its
// .runner_system_id was not kept.
func movedMachine(f *Finder, r *tracked, said *tally) {
	for _, before := range f.runners.order {
		if before != r && before.Token == r.Token && before.SystemID != "" && r.SystemID != "" &&
			before.client != "" && before.client == r.client && before.LastSeen.Before(r.FirstSeen) {
			said.say(systemIDChanged, r.first, "from the same address and with the same token it was %s before: GitLab counts it as another machine",
				quote(before.SystemID)).rest(before.lastPoll)
			return
		}
	}
}

func goneRunner(f *Finder, r *tracked, said *tally) {
	if gone := f.end.Sub(r.LastSeen); gone > goneAfter && r.lastPoll != 0 && f.end.Sub(r.polledAt) > goneAfter {
		said.say(runnerGone, r.lastPoll, "not heard of for the last %s of the recording", span(gone))
	}
}
