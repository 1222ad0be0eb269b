using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Xunit2;

namespace AkkaSpecs;

public sealed class LoggingTests() : TestKit("akka.loglevel = INFO")
{
    [Fact]
    public void A_line_shows_level_time_thread_source_and_message()
    {
        var line = new Warning("akka://sys/user/a", typeof(LoggingTests), "message").ToString();

        var thread = Environment.CurrentManagedThreadId.ToString("0000", CultureInfo.InvariantCulture);
        Assert.Matches(
            @"^\[WARNING\]\[\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\.\d{3}Z\]\[Thread " + thread + @"\]\[akka://sys/user/a\] message$", line);
    }

    [Fact]
    public void A_line_with_a_cause_shows_it_below()
    {
        var line = new Error(new InvalidOperationException("why"), "source", typeof(LoggingTests), "message").ToString();

        Assert.Contains($"message{Environment.NewLine}Cause: System.InvalidOperationException: why", line);
    }

    [Fact]
    public void A_level_that_is_off_allocates_nothing()
    {
        var log = Sys.Log;
        Assert.False(log.IsDebugEnabled);
        Work(log);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Work(log);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Work(ILoggingAdapter log)
        {
            for (var i = 0; i < 1000; i++)
            {
                log.Debug("{0} of {1} at {2}", i, 1000L, 1.5);
                log.Debug("plain");
            }
        }
    }

    [Fact]
    public void The_level_can_be_changed_while_the_system_runs()
    {
        Assert.False(Sys.Log.IsDebugEnabled);

        Sys.EventStream.SetLogLevel(LogLevel.DebugLevel);

        Assert.True(Sys.Log.IsDebugEnabled);
        EventFilter.Debug("now it is on").ExpectOne(() => Sys.Log.Debug("now it is on"));
    }

    [Fact]
    public void A_template_that_does_not_fit_is_logged_with_its_arguments() =>
        EventFilter.Info(contains: "{0} {1}").And.Info(contains: "only one").Expect(1, () => Sys.Log.Info("{0} {1}", "only one"));

    [Fact]
    public void A_text_without_arguments_may_have_braces() =>
        EventFilter.Info("{not a template}").ExpectOne(() => Sys.Log.Info("{not a template}"));

    [Fact]
    public void The_source_is_the_name_the_type_or_the_path()
    {
        Expect("part(akka://test)", Logging.GetLogger(Sys, "part"));
        Expect("LoggingTests(akka://test)", Logging.GetLogger(Sys, typeof(LoggingTests)));
        Expect("LoggingTests(akka://test)", Logging.GetLogger(Sys, this));
        Expect(TestActor.Path.ToString(), Logging.GetLogger(Sys, TestActor));

        void Expect(string source, ILoggingAdapter log) => EventFilter.Info("who", source: source).ExpectOne(() => log.Info("who"));
    }

    [Fact]
    public void Levels_have_names()
    {
        Assert.Equal(LogLevel.WarningLevel, Logging.LogLevelFor("warning"));
        Assert.Equal(LogLevel.ErrorLevel, Logging.LogLevelFor<Error>());
        Assert.Equal("INFO", LogLevel.InfoLevel.StringFor());
        Assert.Equal(typeof(Debug), LogLevel.DebugLevel.ClassFor());
        Assert.Throws<ArgumentException>(() => Logging.LogLevelFor("loud"));
    }

    [Fact]
    public async Task A_logger_that_does_not_exist_is_named_when_the_system_starts()
    {
        var config = ConfigurationFactory.ParseString("""akka { loggers = ["No.Such.Logger, Nowhere"], stdout-loglevel = OFF }""");
        ActorSystem? started = null;

        var failure = Assert.ThrowsAny<Exception>(() => started = ActorSystem.Create("bad-logger", config));

        Assert.Contains("No.Such.Logger", failure.ToString());
        if (started is not null)
        {
            await started.Terminate();
        }
    }

    [Fact]
    public void Nobody_logs_to_NoLogger()
    {
        Assert.False(NoLogger.Instance.IsEnabled(LogLevel.ErrorLevel));
        NoLogger.Instance.Error(new InvalidOperationException(), "gone {0}", 1);
    }
}
