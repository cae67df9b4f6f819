package cluster

// Forget drops the hold as the end of the process would.
func (c *Cluster) Forget() { c.users.release() }
