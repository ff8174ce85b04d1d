package main

import (
	"errors"
	"fmt"

	"runnertape/store"
	"runnertape/trim"
)

// trimTo makes the smaller recording: what is asked for is found in a first reading, what that needs in a second, and
// copied in a third.
func (p *process) trimTo(s *trimSettings) error {
	src, err := openRecording(s.from)
	if err != nil {
		return err
	}
	defer src.Close()
	limitMemory()
	stop := p.progress("trimming " + s.from)
	defer stop()
	if err := refuseUnfinished(src, s.from); err != nil {
		return err
	}
	if err := s.filter.settle(src); err != nil {
		return err
	}
	var asked entries
	if !s.filter.takesAll() {
		asked = s.filter.asked(p.done, src)
	}
	choice, err := trim.Choose(interruptible(p.done, src.Exchanges()), asked, s.rules)
	if err != nil {
		return copyError("trim "+s.from, err)
	}
	if asked != nil && s.filter.passed == 0 {
		return fmt.Errorf("trim %s: no exchange is like that; nothing was made", s.from)
	}
	kept, left := newCopyCount(), newCopyCount()
	err = makeRecording(s.to, src.Header(), func(w *store.Writer) error {
		return copyAll(w, src, interruptible(p.done, chosen(src, choice, left)), kept)
	}, func(path string) error {
		if kept.exchanges == 0 {
			return errNothingLeft
		}
		return p.nameRecording(path, s.to)
	})
	if err != nil {
		return copyError("trim "+s.from, err)
	}
	stop()
	p.sayMade("copied", s.to, kept.exchanges, kept.jobs)
	if left.exchanges > 0 {
		p.say("left out %s: %s", count(left.exchanges, "exchange"), left)
	}
	for _, id := range choice.Partial() {
		p.log.Warn(fmt.Sprintf("job %d cannot be replayed: the exchange that handed it out is not in %s; proxy merge puts the files of one recording together", id, s.from))
	}
	return p.printMade(s.json, made{
		Recording: s.to, Exchanges: kept.exchanges, Jobs: kept.jobs, LeftOut: left.exchanges, PartialJobs: choice.Partial(),
	})
}

var errNothingLeft = errors.New("no exchange would be left; nothing was made")
