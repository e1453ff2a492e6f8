import datetime

hour = datetime.datetime.now().hour
