package proxy

// refuse counts a request or CONNECT to a host that a closed Recorder does not serve, and
// returns the reason for the client.
func (rec *Recorder) refuse(address string) (reason string) {
	rec.tunnels.add(address, TunnelCount{Refused: 1})
	rec.refusing.Do(func() {
		rec.config.Logger.Warn("refused a host that is neither the upstream nor one of --intercept; what else is refused is said at the end", "host", address)
	})
	return address + " is not served here, only the recorded GitLab and the hosts of --intercept"
}
