package replay

import (
	"sync/atomic"

	"runnertape/redact"
)

// series is the answers to one request line at one host. GitLab answers `GET /api/v4/job` with the
// job whose token asks, and a registry the same address with 401 or 200, so that they
// are in order for each who asked.
type series struct {
	host  string               // host:port
	all   sequence             // of whoever asked
	named sequence             // of those who brought a credential
	by    map[string]*sequence // by credential, "" for none
}

// sequence is answers in recorded order.
type sequence struct {
	answers []*recorded
	next    atomic.Int64 // how many were given
}

func (s *series) add(who string, a *recorded) {
	if s.by == nil {
		s.by = map[string]*sequence{}
	}
	own := s.by[who]
	if own == nil {
		own = &sequence{}
		s.by[who] = own
	}
	own.answers = append(own.answers, a)
	s.all.answers = append(s.all.answers, a)
	if who != "" {
		s.named.answers = append(s.named.answers, a)
	}
}

// take is the answer that is next for who asks: of those that he got then; with a credential
// that is not in the recording, of those that anybody got with one; else of all.
func (s *series) take(live *redact.Request) *recorded {
	if len(s.by) == 1 {
		return s.all.take()
	}
	who := live.Credential()
	switch own := s.by[who]; {
	case own != nil:
		return own.take()
	case who != "":
		return s.named.take()
	}
	return s.all.take()
}

// take is the next answer, the last again and again.
func (s *sequence) take() *recorded {
	return s.answers[min(s.next.Add(1), int64(len(s.answers)))-1]
}
