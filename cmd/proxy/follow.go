package main

import (
	"runnertape/live"
	"runnertape/store"
)

// follow shows exchanges as they end, until the recorder does, the process is to end, or nobody reads them.
// Of those to come none waits in a buffer: somebody waits for each of them.
func (d *dumper) follow(f *filter, v *view) error {
	switch src := d.src.(type) {
	case *live.Reader:
		ctx, cancel := whileRead(d.done, d.stdout)
		defer cancel()
		err := v.show(d, d.stdout, f.selected(d.src, src.Follow(ctx)))
		switch {
		case ctx.Err() != nil || err == nil && f.full():
			return nil // whatever there was until then
		case err != nil:
			return err
		case src.Killed():
			d.say("the recorder was killed; that is all there is in %s", d.path)
		default:
			d.say("the recorder has ended; that is all there is in %s", d.path)
		}
		return nil
	case *store.Reader:
		if err := d.once(f, v); err != nil {
			return err
		}
		d.say("nobody is recording to %s; that is all there is in it", d.path)
		return nil
	}
	return usagef("--follow: %s is text, which nobody is recording", d.path)
}
