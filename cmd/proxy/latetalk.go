package main

import "time"

// lateTalk says which exchanges told of secrets that were recorded before, as nobody had known them. A log whose pieces cut
// a key tells of one with nearly each of them: what follows a line within lateEvery is said in one more. It is used like a Sink.
type lateTalk struct {
	p      *process
	now    func() time.Time
	said   time.Time // when the last line was
	unsaid int64     // exchanges that told since
}

// lateEvery is how often a line is said at most.
const lateEvery = time.Minute

func newLateTalk(p *process) *lateTalk { return &lateTalk{p: p, now: time.Now} }

// tell is for Sink.OnLate.
func (l *lateTalk) tell(id uint64, exchanges int) {
	had := count(int64(exchanges), "exchange")
	passed := l.now().Sub(l.said) >= lateEvery
	switch {
	case id == 0:
		l.p.say("a recorder before this one was killed while it replaced secrets; what was left of them in %s is replaced now", had)
	case passed && l.unsaid == 0:
		l.said = l.now()
		l.p.say("exchange %d told of a secret that %s had; it was replaced there too", id, had)
	default:
		if l.unsaid++; passed {
			l.end()
		}
	}
}

// end says what was not said yet.
func (l *lateTalk) end() {
	if l.unsaid > 0 {
		l.said = l.now()
		l.p.say("%s more told of secrets that had been recorded before; they were replaced there too", count(l.unsaid, "exchange"))
		l.unsaid = 0
	}
}
