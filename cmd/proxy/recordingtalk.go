package main

import (
	"context"
	"fmt"
	"strings"

	"runnertape"
	"runnertape/redact"
	"runnertape/store"
)

// This file is what record and import say alike of the recording they make.

// warnKept warns that secrets are kept.
func (p *process) warnKept(path string) {
	p.log.Warn("secrets are kept: tokens and passwords will be in " + path + " as they are; do not share it")
}

// warnNotKept warns of a body that redaction could not look into.
func (p *process) warnNotKept(x *runnertape.Exchange) {
	if notKept(x.Request.Body) || x.Response != nil && notKept(x.Response.Body) {
		p.log.Warn(fmt.Sprintf("a body of exchange %d was not kept: it could not be searched for secrets", x.ID))
	}
}

// finish looks for secrets that showed themselves late where that was put off.
func (p *process) finish(ctx context.Context, sink *redact.Sink) error {
	left, err := sink.Finish(func() bool { return ctx.Err() != nil })
	if left > 0 {
		p.log.Warn(fmt.Sprintf("secrets that showed themselves late may still be in %s; proxy record --append goes on with that, and proxy redact makes a recording without them", count(int64(left), "exchange")))
	}
	return err
}

// saySecretLeft says what takes a secret away that a recorder that failed could not replace. Where there was no room for anything,
// the recording has no note of it.
func (p *process) saySecretLeft(path string) {
	noted := ""
	if r, err := store.Open(path); err == nil {
		noted, _ = r.Unfinished()
		r.Close()
	}
	if noted != "" {
		p.log.Warn(path + " still has a secret, and a note of it: when there is room, proxy record --append replaces it, and proxy redact makes a recording without it")
		return
	}
	p.log.Warn(path + " may still have a secret, and no note of it: proxy redact --secret @FILE, with the secret in FILE, makes a recording without it")
}

// sayUnreached names files of the recording in which a secret that showed itself late was not looked for.
func (p *process) sayUnreached(files []string) {
	for _, why := range files {
		p.log.Warn("secrets that showed themselves late were not looked for in all of the recording: " + why)
	}
}

// notKept tells whether redaction kept nothing of a body that had content.
func notKept(b runnertape.Body) bool { return b.Rewritten && b.Stored == 0 && b.Bytes > 0 }

// sayNotReplaced names the secrets that could not get stand-ins. secrets is nil if they are kept.
func (p *process) sayNotReplaced(secrets *redact.Redactor) {
	if secrets == nil {
		return
	}
	if kept := secrets.Kept(); len(kept) > 0 {
		p.say("not replaced, too short, too common, or part of what the protocol says: %s", strings.Join(kept, ", "))
	}
}
