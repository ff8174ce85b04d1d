package main

import (
	"fmt"
	"sync"

	"github.com/urfave/cli/v2"

	"runnertape/received"
	"runnertape/replay"
)

func receivedFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "received", EnvVars: []string{"PROXY_RECEIVED"},
		Usage: "keep what runners send in folder `DIR`: logs as JOB.log, artifacts and caches by SHA-256 with an index; without it they are kept until the end, in a temporary file",
	}
}

// keepReceived makes a replay keep what runners send, until end, or in a folder.
func (p *process) keepReceived(c *cli.Context, o *replay.Options) (end func(), err error) {
	o.Received = received.Temporary("")
	if dir := c.String("received"); dir != "" {
		if o.Received, err = received.Folder(dir); err != nil {
			return nil, fmt.Errorf("--received: %w (name a folder that can be made, or written to)", err)
		}
		o.Trace = p.keepLogs(o.Received)
	}
	return func() {
		if err := o.Received.Close(); err != nil {
			p.log.Warn(err.Error())
		}
	}, nil
}

// keepLogs keeps the logs that runners send. What cannot be written is said once: the runners do not notice.
func (p *process) keepLogs(s *received.Store) func(job, offset int64, piece []byte) {
	var failed sync.Once
	return func(job, offset int64, piece []byte) {
		if err := s.Log(job, offset, piece); err != nil {
			failed.Do(func() { p.log.Error("logs are not kept whole; the replay goes on", "err", err) })
		}
	}
}
