package main

import (
	"net/url"

	"github.com/urfave/cli/v2"

	"runnertape/proxy"
	"runnertape/replay"
	"runnertape/serve"
)

// replayCA is the CA for the recording's hosts. One that was made for the recorder may not be
// for all of them: runners seldom ask a replay for more than the upstream's.
func replayCA(c *cli.Context, r *replay.Replayer) (*proxy.CA, error) {
	u, err := url.Parse(r.Facts().Upstream)
	if err != nil {
		return nil, err
	}
	upstream, err := proxy.ParseHost(u.Host)
	if err != nil {
		return loadCA(c, "unnamed", serve.Hosts(r), nil) // a text recording need not say it
	}
	var needed []string
	if u.Scheme == "https" {
		needed = []string{upstream}
	}
	return loadCA(c, upstream, serve.Hosts(r), needed)
}
