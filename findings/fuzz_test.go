package findings_test

import (
	"path/filepath"
	"testing"
	"time"

	"runnertape"
)

// FuzzFinder makes exchanges of scripts that may say anything, with the answers
// and the order of one play put into another.
func FuzzFinder(f *testing.F) {
	var plays []*play
	for _, name := range playFiles(f) {
		plays = append(plays, readPlay(f, name))
		f.Add(uint16(len(plays)-1), uint16(len(plays)/2), []byte(filepath.Base(name)))
	}
	f.Fuzz(func(t *testing.T, one, other uint16, shuffle []byte) {
		exchanges := append(mix(plays[int(one)%len(plays)], shuffle), mix(plays[int(other)%len(plays)], shuffle)...)
		for i := range exchanges {
			exchanges[i].ID = uint64(i + 1)
		}
		for _, f := range found(exchanges) {
			checkFinding(t, f)
		}
	})
}

// mix are copies of the exchanges of a play, changed by what the fuzzer says.
func mix(p *play, shuffle []byte) []*runnertape.Exchange {
	var list []*runnertape.Exchange
	for i, x := range p.exchanges {
		changed := *x
		if len(shuffle) == 0 {
			return append(list, &changed)
		}
		b := shuffle[i%len(shuffle)]
		donor := p.exchanges[int(b)%len(p.exchanges)]
		switch b % 8 {
		case 1:
			changed.Response = donor.Response
		case 2:
			changed.Started, changed.Ended = donor.Ended, donor.Started
		case 3:
			changed.Decoded = donor.Decoded
		case 4:
			changed.Response, changed.Failure = nil, &runnertape.Failure{Side: runnertape.Side(b % 4), Text: string(shuffle)}
		case 5:
			changed.State, changed.Ended = runnertape.InFlight, time.Time{}
		case 6:
			if d := changed.Decoded; d != nil {
				changed.Decoded = &runnertape.Decoded{Endpoint: d.Endpoint, JobID: int64(int8(b)), Runner: runnertape.Runner{Token: string(shuffle), Version: string(shuffle)}, Message: shuffle}
			}
		}
		list = append(list, &changed)
	}
	return list
}
