package findings

import (
	"time"

	"runnertape/decode"
)

var clockDiffers = kind("clock_differs", Note, "6.4")

// clockSkew is more than an answer is on its way, with the second that Date cuts off.
const clockSkew = 30 * time.Second

// clocks compares GitLab's clock with the recorder's: tokens and signatures have
// times in them.
func clocks(s *seen) {
	if s.endpoint == decode.Unknown || s.x.Replied.IsZero() {
		return
	}
	at, err := time.Parse(time.RFC1123, s.header("Date"))
	if err != nil {
		return
	}
	if ahead := at.Sub(s.x.Replied); ahead.Abs() > clockSkew {
		s.finder.said.sayOf(clockDiffers, s.x.Host, s.x.ID, "the clock of %s is %s %s that of the recorder", quote(s.x.Host), span(ahead.Abs()),
			map[bool]string{true: "ahead of", false: "behind"}[ahead > 0])
	}
}
