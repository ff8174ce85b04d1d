package main

import (
	"runnertape/live"
	"runnertape/store"
)

// follow prints exchanges as they end, until the recorder does, or the process is to end.
// There is no buffer: somebody waits for each of them.
func (p *process) follow(path string, src recording, selected selection) error {
	switch src := src.(type) {
	case *live.Reader:
		err := selected.print(p.stdout, src.Follow(p.done))
		switch {
		case p.done.Err() != nil:
			return nil // whatever there was until then
		case err != nil:
			return err
		case src.Killed():
			p.say("the recorder was killed; that is all there is in %s", path)
		default:
			p.say("the recorder has ended; that is all there is in %s", path)
		}
		return nil
	case *store.Reader:
		if err := selected.print(p.stdout, src.Exchanges()); err != nil {
			return err
		}
		p.say("nobody is recording to %s; that is all there is in it", path)
		return nil
	}
	return usagef("--follow: %s is text, which nobody is recording", path)
}
