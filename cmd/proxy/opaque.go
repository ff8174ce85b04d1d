package main

import (
	"fmt"
	"sync/atomic"

	"github.com/urfave/cli/v2"

	"runnertape"
	"runnertape/redact"
)

func opaqueFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "opaque", Value: string(redact.OpaqueKeep), EnvVars: []string{"PROXY_OPAQUE"},
		Usage: "what becomes of archives, git packs, images and the like, in which secrets cannot be replaced: `MODE` keep, hash (only size and SHA-256 are kept) or drop (only the size)",
	}
}

func opaqueMode(c *cli.Context) (redact.Opaque, error) {
	mode, err := redact.ParseOpaque(c.String("opaque"))
	if err != nil {
		return "", usagef("--opaque: %v", err)
	}
	return mode, nil
}

// opaqueCount counts the opaque bodies of a recording that is made.
type opaqueCount struct{ bodies, bytes atomic.Int64 }

func (n *opaqueCount) see(x *runnertape.Exchange) {
	n.seeBody(&x.Request.Body)
	if x.Response != nil {
		n.seeBody(&x.Response.Body)
	}
}

func (n *opaqueCount) seeBody(b *runnertape.Body) {
	if b.Opaque && b.Bytes > 0 {
		n.bodies.Add(1)
		n.bytes.Add(b.Bytes)
	}
}

// sayOpaque says how many there were, and what became of them. Where secrets are kept anyway, nothing needs to be said
// of those in archives.
func (p *process) sayOpaque(n *opaqueCount, mode redact.Opaque, keepSecrets bool) {
	if n.bodies.Load() == 0 || mode == redact.OpaqueKeep && keepSecrets {
		return
	}
	what := fmt.Sprintf("%s of archives, packs and the like, %s", count(n.bodies.Load(), "body"), byteSize(n.bytes.Load()))
	switch mode {
	case redact.OpaqueHash:
		p.say("not kept but for size and SHA-256: %s", what)
	case redact.OpaqueDrop:
		p.say("not kept but for the size: %s", what)
	default:
		p.say("kept as they are: %s; secrets packed in them are not replaced (--opaque hash or drop leaves them out)", what)
	}
}

// whyDropped says that an opaque body was not kept.
func whyDropped(b *runnertape.Body) string {
	if sum := b.SHA256.String(); sum != "" {
		return fmt.Sprintf("it was not kept (--opaque hash), but for its size, %d bytes, and its sha256, %s", b.Bytes, sum)
	}
	return fmt.Sprintf("it was not kept (--opaque drop), but for its size, %d bytes", b.Bytes)
}
