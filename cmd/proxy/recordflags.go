package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/proxy"
	"runnertape/redact"
)

// recordSettings are the flags of record, checked.
type recordSettings struct {
	path        string
	upstream    proxy.Upstream
	listen      string
	allowRemote bool
	add         bool
	intercept   []string
	signed      []string // hosts that the CA is for: the upstream's, and those of intercept
	rewriteURLs bool
	keepSecrets bool
	opaque      redact.Opaque
	given       redact.Given
	givenNames  []string // of the values in given
	ownRoots    bool     // this system has no root certificates
	sync        bool
	maxSize     int64 // bytes; 0: no bound
	rotate      bool  // begin a new file at maxSize
}

func recordFlags(c *cli.Context) (*recordSettings, error) {
	path, err := recordingArg(c)
	if err != nil {
		return nil, err
	}
	if outputFormOf(path) == textFile {
		return nil, usagef("proxy record makes no text, and %s would be; name a file like recording.db, of which proxy export makes text", path)
	}
	s := &recordSettings{
		path: path, listen: c.String("listen"), allowRemote: c.Bool("allow-remote"), add: c.Bool("append"),
		intercept: c.StringSlice("intercept"), rewriteURLs: c.Bool("rewrite-urls"), keepSecrets: c.Bool("keep-secrets"), sync: c.Bool("sync"),
	}
	if s.maxSize, s.rotate, err = maxSizeFlags(c); err != nil {
		return nil, err
	}
	if s.opaque, err = opaqueMode(c); err != nil {
		return nil, err
	}
	if err := refuseGiven(c); err != nil {
		return nil, err
	}
	if s.given, s.givenNames, err = givenSecrets(c); err != nil {
		return nil, err
	}
	if c.String("upstream") == "" {
		return nil, usagef("proxy record needs --upstream URL, the GitLab to record")
	}
	if s.upstream.URL, err = proxy.ParseUpstream(c.String("upstream")); err != nil {
		return nil, usagef("--upstream: %v", err)
	}
	if s.signed, err = signedHosts(s.upstream.URL.Host, s.intercept); err != nil {
		return nil, err
	}
	s.upstream.Resolve = map[string]string{}
	for _, r := range c.StringSlice("resolve") {
		host, addr, ok := strings.Cut(r, "=")
		if !ok || host == "" || addr == "" {
			return nil, usagef("--resolve: %q is not HOST=ADDR", r)
		}
		s.upstream.Resolve[strings.ToLower(host)] = addr
	}
	if s.ownRoots, err = fallbackRoots(); err != nil {
		return nil, err
	}
	if file := c.String("upstream-ca"); file != "" {
		if s.upstream.RootCAs, err = proxy.AddRootCAs(file); err != nil {
			return nil, fmt.Errorf("--upstream-ca: %w", err)
		}
	}
	return s, nil
}
