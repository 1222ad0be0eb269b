// Each test starts programs that want both cores; one after the other they are quicker and their limits mean something.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
